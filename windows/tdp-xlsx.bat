@echo off
rem Double-click: makes the environment once, then opens a prompt in the program's folder.
rem NOT YET TRIED ON WINDOWS. Plain ASCII on purpose: cmd reads this file in the code page of the machine.
setlocal
chcp 65001 >nul
cd /d "%~dp0.."
if exist ".venv\Scripts\tdp-xlsx.exe" goto ready
echo Lan dau: dang cai dat. Can mang Internet, mat vai phut, chi mot lan.
py -3 -m venv .venv || goto failed
.venv\Scripts\python.exe -m pip install --quiet --disable-pip-version-check . || goto failed
:ready
set "PATH=%CD%\.venv\Scripts;%PATH%"
tdp-xlsx --help
cmd /k
exit /b
:failed
echo.
echo Chua cai dat duoc. Kiem tra: da cai Python 3.11 tro len tu python.org chua? May co mang khong?
pause
exit /b 1
